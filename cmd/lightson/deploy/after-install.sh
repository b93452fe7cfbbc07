#!/bin/sh
# Run by the packages for Debian and Fedora. The service is started by whoever installs it, after
# the settings are right: systemctl enable --now lightson
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload
	systemctl try-restart lightson.service
fi
