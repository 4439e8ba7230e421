/**
 * Every body and query of the HTTP API, `/api/v1`: one file for each resource. The OpenAPI document is made from these
 * schemas and the page takes its types from here. Times are UTC milliseconds since 1970, `…Ms`; values are in the unit of
 * their quantity. A meter's key is `gateway.meter`, a series' key `gateway.meter.quantity`.
 */
export * from './contract-accounts.ts';
export * from './contract-alarms.ts';
export * from './contract-audit.ts';
export * from './contract-backups.ts';
export * from './contract-channels.ts';
export * from './contract-connectors.ts';
export * from './contract-corrections.ts';
export * from './contract-counter-events.ts';
export * from './contract-events.ts';
export * from './contract-exports.ts';
export * from './contract-faults.ts';
export * from './contract-firmware.ts';
export * from './contract-forwards.ts';
export * from './contract-gateway-settings.ts';
export * from './contract-gateways.ts';
export * from './contract-home-assistant.ts';
export * from './contract-host.ts';
export * from './contract-imports.ts';
export * from './contract-ledger.ts';
export * from './contract-meters.ts';
export * from './contract-modbus-servers.ts';
export * from './contract-pairing.ts';
export * from './contract-plain.ts';
export * from './contract-profiles.ts';
export * from './contract-push.ts';
export * from './contract-reading-at.ts';
export * from './contract-readings.ts';
export * from './contract-rollouts.ts';
export * from './contract-site.ts';
export * from './contract-statistics.ts';
export * from './contract-tokens.ts';
export * from './contract-totals.ts';
