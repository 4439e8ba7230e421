import type { Alarm } from '../../host/api/contract.ts';

/** What a gateway's own rule told: from its begin to its end, as far as the host heard of both. */
export interface OwnAlarm {
  readonly key: string;
  readonly gateway: string;
  readonly rule: string;
  /** `gateway.meter` */
  readonly meter: string;
  readonly quantity: string;
  /** Null where the host heard of the end alone. */
  readonly beganMs: number | null;
  readonly endedMs: number | null;
  readonly value: number | null;
}

/** Begins with their ends, the newest first; `alarms` come newest first. */
export function ownAlarmsOf(alarms: readonly Alarm[]): OwnAlarm[] {
  const open = new Map<string, OwnAlarm>();
  const all: OwnAlarm[] = [];
  for (const { gateway, id, meter, quantity, isOn, value, atMs, receivedMs } of [...alarms].reverse()) {
    const rule = `${gateway} ${id}`;
    const at = atMs ?? receivedMs;
    const lasting = open.get(rule);
    if (isOn) {
      // Told again after a connection.
      if (lasting !== undefined) continue;
      const made = { gateway, rule: id, meter: `${gateway}.${meter}`, quantity, value };
      const began = { ...made, key: `${rule} ${at}`, beganMs: at, endedMs: null };
      open.set(rule, began);
      all.push(began);
      continue;
    }
    open.delete(rule);
    if (lasting === undefined) continue;
    all[all.indexOf(lasting)] = { ...lasting, endedMs: at };
  }
  return all.sort((one, other) => (other.beganMs ?? 0) - (one.beganMs ?? 0));
}
