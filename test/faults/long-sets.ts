/**
 * Tests with a long form (`rounds`, `JOULEGATE_FAULTS`, `JOULEGATE_DEATHS`), which `npm run faults` runs: what their paths
 * have in them, and the projects of `vitest.config.ts` that they are of.
 */
export const longSets = Object.freeze({
  paths: [
    'test/faults/',
    'test/firmware/app/doctor/jitter',
    'test/host/store/tiers',
    'test/security/injections',
    'test/security/wires/guessing',
    'test/security/wires/mqtt-',
    'test/wires/broker-',
    'test/wires/decode-command',
    'test/wires/erase',
    'test/wires/forward-',
    'test/xs/heads',
    'test/xs/heap',
  ],
  projects: ['app', 'host', 'timed', 'xs'],
});
