/** Of all Modbus servers together, since the start. */
export interface ModbusServerCounters {
  requests: number;
  exceptions: number;
  /** Of these, because nothing of the meter was new enough. */
  tooOld: number;
  /** Clients that may not ask, or found no room. */
  refused: number;
  /** Clients that said nothing for long, gave way to others, or did not fetch their answers. */
  hungUpOn: number;
  /** Connections whose bytes were no Modbus TCP. */
  broken: number;
  /** Times that a client asked faster than it may, and waited. */
  slowedDown: number;
}

export const newModbusServerCounters = (): ModbusServerCounters => ({
  requests: 0,
  exceptions: 0,
  tooOld: 0,
  refused: 0,
  hungUpOn: 0,
  broken: 0,
  slowedDown: 0,
});
