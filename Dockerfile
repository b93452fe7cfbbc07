FROM --platform=$BUILDPLATFORM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# The version of a checkout is that of git, whose folder is copied, too; that of an archive is
# in its files. Whoever releases may say it: --build-arg VERSION=v1.2.3.
ARG VERSION=
ARG TARGETOS
ARG TARGETARCH
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -ldflags "-s -w -X main.released=$VERSION" -o /lightson ./cmd/lightson \
    && cp cmd/lightson/licences.txt / && mkdir /data

# Zones and root certificates are in the program.
FROM scratch
LABEL org.opencontainers.image.title="Lights On" org.opencontainers.image.licenses="MIT"
COPY --from=build /lightson /licences.txt /
COPY --from=build --chown=10001:10001 /data /data
# For temporary files. With a root that is read-only, mount a tmpfs here.
COPY --from=build --chown=10001:10001 /data /tmp
USER 10001:10001
# Other machines can reach a container, so it starts only with an account, LIGHTSON_FIRST_ACCOUNT,
# another way to sign in, or LIGHTSON_OPEN=true.
ENV LIGHTSON_DATA=/data LIGHTSON_ADDR=0.0.0.0:8080 LIGHTSON_LOG_FORMAT=json
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["/lightson", "healthcheck"]
ENTRYPOINT ["/lightson"]
CMD ["serve"]
