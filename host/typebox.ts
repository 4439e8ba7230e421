/**
 * All that is used of TypeBox. The build makes one file of it: Node would find and read seven hundred, which took a fifth of
 * the time until the host was ready.
 */
export { type Static, type TSchema, Type } from 'typebox';
export { Compile } from 'typebox/compile';
