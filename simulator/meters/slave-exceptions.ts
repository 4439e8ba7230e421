/** Exception codes (Modbus protocol V1.1b3, 7). */
export type Exception = 1 | 2 | 3 | 4;

export const illegalFunction = 1;
export const illegalAddress = 2;
export const illegalValue = 3;
export const deviceFailure = 4;
