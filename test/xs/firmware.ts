import { createGateway } from '#app/gateway.ts';

/** The firmware and nothing else: what it weighs once loaded. */
Object.assign(globalThis, { createGateway });
