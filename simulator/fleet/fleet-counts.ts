/** What a part of a fleet has done so far; all of it grows but `online` and `waiting`. */
export interface FleetCounts {
  readonly gateways: number;
  readonly online: number;
  /** Times a gateway connected, and lost a connection that stood. */
  readonly connects: number;
  readonly hungUp: number;
  /** Attempts that came to nothing, and why the last one did. */
  readonly refusals: number;
  readonly whyNot: string;
  /** Records that are in journals, acknowledged or not, those that are not, and messages that went again. */
  readonly appended: number;
  readonly waiting: number;
  readonly resent: number;
  /** Acknowledged. */
  readonly records: number;
  readonly values: number;
  /** Records that went from full journals before they were acknowledged. */
  readonly dropped: number;
  /** What acknowledgements said that cannot be. */
  readonly wrong: readonly string[];
}

export function sumOf(parts: readonly FleetCounts[]): FleetCounts {
  const sum = (of: (part: FleetCounts) => number) => parts.reduce((total, part) => total + of(part), 0);
  return {
    gateways: sum(({ gateways }) => gateways),
    online: sum(({ online }) => online),
    connects: sum(({ connects }) => connects),
    hungUp: sum(({ hungUp }) => hungUp),
    refusals: sum(({ refusals }) => refusals),
    whyNot: parts.map(({ whyNot }) => whyNot).find(why => why !== '') ?? '',
    appended: sum(({ appended }) => appended),
    waiting: sum(({ waiting }) => waiting),
    resent: sum(({ resent }) => resent),
    records: sum(({ records }) => records),
    values: sum(({ values }) => values),
    dropped: sum(({ dropped }) => dropped),
    wrong: parts.flatMap(({ wrong }) => wrong),
  };
}
