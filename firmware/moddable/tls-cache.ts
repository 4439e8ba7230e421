/**
 * Stands in for the SDK's `ssl/cache`: sessions are not resumed, and its table would lie in memory for good. Each
 * connection makes a whole handshake.
 */
const noCache = Object.freeze({});

// biome-ignore lint/style/noDefaultExport: the SDK's session imports it so
export { noCache as default };
