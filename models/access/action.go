package access

// An Action is what the audit log says was done. Its text is stored: the thing first, then
// what was done to it.
type Action string

// The actions.
const (
	Downloaded Action = "file.download"

	ReportAsked     Action = "report.ask"
	ReportCancelled Action = "report.cancel"
	ReportRetried   Action = "report.retry"
	LinkMade        Action = "link.make"
	LinkRevoked     Action = "link.revoke"

	SalesEntered        Action = "sales.enter"
	SpecialDayAdded     Action = "special-day.add"
	SpecialDayRemoved   Action = "special-day.remove"
	CorrectionMade      Action = "correction.make"
	CorrectionWithdrawn Action = "correction.withdraw"
	TargetSet           Action = "target.set"

	ChannelAdded      Action = "channel.add"
	ChannelChanged    Action = "channel.change"
	ChannelTested     Action = "channel.test"
	ChannelRemoved    Action = "channel.remove"
	AlertRuleAdded    Action = "alert-rule.add"
	AlertRuleChanged  Action = "alert-rule.change"
	AlertRuleRemoved  Action = "alert-rule.remove"
	StorePaused       Action = "store.pause" // of alerts
	AlertAcknowledged Action = "alert.acknowledge"
	DeliveryRetried   Action = "delivery.retry"
	DeliveryCancelled Action = "delivery.cancel"
	DigestAdded       Action = "digest.add"
	DigestChanged     Action = "digest.change"
	DigestRemoved     Action = "digest.remove"
	DigestSent        Action = "digest.send" // before it was due
	ScheduleAdded     Action = "scheduled-report.add"
	ScheduleChanged   Action = "scheduled-report.change"
	ScheduleRemoved   Action = "scheduled-report.remove"
	ReportAwaited     Action = "report.await" // to be told when it is ready
	FeedMade          Action = "feed.make"
	FeedRevoked       Action = "feed.revoke"
	Unsubscribed      Action = "channel.unsubscribe"

	ImportMade      Action = "import.make"
	ImportPreviewed Action = "import.preview"
	ImportConfirmed Action = "import.confirm"
	ImportDiscarded Action = "import.discard"
	ImportUndone    Action = "import.undo"
	ImportCancelled Action = "import.cancel"
	HoursApplied    Action = "import.apply-hours" // of an import, to the past as well
	PollsPushed     Action = "polls.push"

	SignInTried      Action = "sign-in.try"
	SignedOut        Action = "sign-out"
	InvitationUsed   Action = "invitation.use"
	NameChanged      Action = "account.name"
	PasswordChanged  Action = "account.password"
	FactorBegun      Action = "factor.begin"
	FactorAdded      Action = "factor.add"
	FactorRemoved    Action = "factor.remove"
	RecoveryCodes    Action = "factor.recovery-codes"
	SessionEnded     Action = "session.end"
	KeyMade          Action = "key.make"
	KeyRevoked       Action = "key.revoke"
	PersonInvited    Action = "person.invite"
	PersonChanged    Action = "person.change"
	PersonDisabled   Action = "person.disable"
	PersonEnabled    Action = "person.enable"
	InvitationMade   Action = "invitation.make"
	ResetMade        Action = "reset.make"
	PersonAdded      Action = "person.add"      // on the command line
	PasswordReplaced Action = "person.password" // on the command line

	DatabaseCopied Action = "database.copy" // from another one, on the command line
)
