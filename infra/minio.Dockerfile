# The object store's server from its Go module: upstream publishes no images of this version. Not built in CI.
# The version is that of plugins/citylake/orchestration/minio_build.py; tests/unit compares the two.
FROM golang:1.26 AS build
RUN CGO_ENABLED=0 go install -trimpath github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c
FROM alpine:3
COPY --from=build /go/bin/minio /usr/local/bin/minio
RUN adduser -D -h /data minio
USER minio
ENTRYPOINT ["minio"]
