FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -o /lightson ./cmd/lightson && mkdir /data

# Zones and root certificates are in the program.
FROM scratch
COPY --from=build /lightson /lightson
COPY --from=build --chown=10001:10001 /data /data
# A container needs a folder for temporary files of large imports.
COPY --from=build --chown=10001:10001 /data /tmp
USER 10001:10001
# Other machines can reach a container, so it starts only with an account, another way to
# sign in, or LIGHTSON_OPEN=true.
ENV LIGHTSON_DATA=/data LIGHTSON_ADDR=0.0.0.0:8080 LIGHTSON_LOG_FORMAT=json
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["/lightson", "healthcheck"]
ENTRYPOINT ["/lightson"]
CMD ["serve"]
