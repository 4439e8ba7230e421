export * from './exact-numbers.ts';
export * from './json-object.ts';
export * from './mqtt-payload.ts';
