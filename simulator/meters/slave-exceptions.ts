/** Exception codes (Modbus protocol V1.1b3, 7). */
export type Exception = 1 | 2 | 3 | 4;

export const illegalFunction = 1;
export const illegalAddress = 2;
export const illegalValue = 3;
export const deviceFailure = 4;

/** Of gateways alone: no way to the slave, and no answer from it. */
export const gatewayNoPath = 0x0a;
export const gatewayNoResponse = 0x0b;
