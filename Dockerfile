# syntax=docker/dockerfile:1

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --no-fund
COPY tsconfig.json ./
COPY engine engine
COPY adapters adapters
COPY rules rules
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM node:24-slim
LABEL org.opencontainers.image.title="nextbest" \
      org.opencontainers.image.description="Event-driven, real-time next-best-action decisioning engine" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
ENV NODE_ENV=production \
    NEXTBEST_HOST=0.0.0.0 \
    NEXTBEST_PORT=8080 \
    NEXTBEST_DATA=/var/lib/nextbest \
    NEXTBEST_RULES=/app/rules
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY --from=build /app/rules rules
COPY LICENSE ./
# A named volume takes its owner from this folder, so that the user without rights may write to it.
RUN mkdir -p /var/lib/nextbest && chown node:node /var/lib/nextbest
USER node
VOLUME /var/lib/nextbest
EXPOSE 8080
# The image has no curl; node is there anyway.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.NEXTBEST_PORT}/readyz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "dist/adapters/cli/nextbest.js"]
CMD ["serve"]
