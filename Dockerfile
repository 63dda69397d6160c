# The gateway and the program `chargelog`, without a Postgres: DATABASE_URL is required (docs/operations.md).
ARG NODE_IMAGE=node:24-bookworm-slim

# Everything that compiles needs, and nothing that runs only on the machine of a developer (Postgres, linters: optional).
FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --omit=optional --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json nest-cli.json ./
COPY apps apps
COPY libs libs
COPY migrations migrations
# TypeScript leaves its own notes and no execute bit.
RUN npm run --silent build \
 && rm -f dist/.tsbuildinfo \
 && chmod 755 dist/apps/cli/src/main.js

FROM ${NODE_IMAGE} AS modules
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="Chargelog" \
      org.opencontainers.image.description="The notification gateway that charging operators run" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
COPY package.json LICENSE ./
COPY --from=modules /app/node_modules node_modules
COPY --from=build /src/dist dist
RUN ln -s /app/dist/apps/cli/src/main.js /usr/local/bin/chargelog

# A container is reached from outside its own loopback. That is safe here: without the embedded Postgres nothing is
# generated, so the gateway starts with secrets and keys of the operator's own or not at all.
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=8080 \
    CHARGELOG_EMBEDDED_POSTGRES=off

# By number, so that Kubernetes can see that it is not root (runAsNonRoot). Nothing in the image is writable to it.
USER 1000:1000
EXPOSE 8080
# Node is process 1 and gets the signal itself; no shell or npm in between.
STOPSIGNAL SIGTERM
# Live, not ready: what restarts unhealthy containers would restart this one for an absent database, which mends nothing
# and loses the positions and connections of what still works. Balancers ask /health/ready.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health/live').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "dist/apps/gateway/src/main.js"]
