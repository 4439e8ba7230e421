import { deepFreeze } from '#core/freeze.ts';

/** Exception codes that are answered (MODBUS Application Protocol V1.1b3, 7). */
export const exceptions = deepFreeze({
  illegalFunction: 0x01,
  illegalAddress: 0x02,
  illegalValue: 0x03,
  /** No way from the server to this unit. */
  gatewayPathUnavailable: 0x0a,
  /** The device behind the server does not answer. */
  gatewayTargetSilent: 0x0b,
} as const);

export type ExceptionCode = (typeof exceptions)[keyof typeof exceptions];
