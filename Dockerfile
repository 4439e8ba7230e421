# The host alone: no compiler, no tools, a user without rights. See "Docker" in docs/operations.md.
FROM node:22-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
# No package of ours needs its install script: what is native comes built.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build

FROM node:22-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:22-slim
ENV NODE_ENV=production \
    NODE_OPTIONS=--max-semi-space-size=8 \
    MALLOC_ARENA_MAX=2 \
    JOULEGATE_DATA_DIR=/data \
    JOULEGATE_HTTP_HOST=0.0.0.0 \
    JOULEGATE_MQTT_HOST=0.0.0.0 \
    JOULEGATE_ANNOUNCE=no
COPY --from=packages /app/node_modules /app/node_modules
COPY --from=build /build/package.json /app/package.json
COPY --from=build /build/dist/firmware /app/dist/firmware
COPY --from=build /build/dist/host /app/dist/host
COPY --from=build /build/dist/web /app/dist/web
RUN chmod 755 /app/dist/host/cli.js \
 && ln -s /app/dist/host/cli.js /usr/local/bin/joulegate \
 && install -d -m 700 -o node -g node /data
USER node
WORKDIR /data
VOLUME /data
EXPOSE 8080 1883 8883
STOPSIGNAL SIGTERM
# By the control socket, so that it is the same whatever ports and certificates are.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["joulegate", "status", "--quiet"]
# Node itself is process 1: it gets the signal, and ends when all is on disk.
ENTRYPOINT ["joulegate"]
CMD ["start"]
