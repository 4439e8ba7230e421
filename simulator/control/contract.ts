/**
 * What the laboratory's control server and its page say to each other, as JSON. Every request has
 * `authorization: Bearer TOKEN` with the token of the laboratory's address; every error is a `LabRefusal`. Times are
 * UTC ms.
 *
 * | request | body | answer |
 * |---|---|---|
 * | `GET /api/v1/lab` | | `Lab`: what does not change while it runs |
 * | `GET /api/v1/state?since=N` | | `LabState`, with what has been since that number |
 * | `POST /api/v1/begin` | `BeginRequest` | `BeginAnswer` |
 * | `POST /api/v1/end` | `EndRequest` | `EndAnswer` |
 */

export type LabValue = string | number | boolean | readonly number[] | null;
export type LabValues = Readonly<Record<string, LabValue>>;

/** An option of a happening. */
export type LabOption = { readonly help: string } & (
  | { readonly takes: 'nothing' }
  | {
      readonly takes: 'integer' | 'number';
      readonly min: number;
      readonly max: number;
      readonly unless: number | null;
    }
  | { readonly takes: 'integers'; readonly min: number; readonly max: number }
  | {
      readonly takes: 'text';
      readonly called: string;
      readonly oneOf?: readonly string[];
      readonly unless: string | null;
    }
);

export interface LabKind {
  readonly id: string;
  readonly what: string;
  /** Whether it lasts until it is ended, or is over at once. */
  readonly lasts: boolean;
  readonly options: Readonly<Record<string, LabOption>>;
}

export interface LabPartInfo {
  readonly id: string;
  readonly kind: 'line' | 'head' | 'meter' | 'chip' | 'gateway' | 'clock' | 'network' | 'broker' | 'host';
  readonly name: string;
  readonly about: string;
  /** The part that it hangs on. */
  readonly on?: string;
  /** Ids of what can happen to it. */
  readonly happenings: readonly string[];
}

export interface Lab {
  /** What runs: `demo` or `serve`. */
  readonly name: string;
  readonly startedAtMs: number;
  /** The page of the host, where there is one. */
  readonly hostUrl: string | null;
  readonly parts: readonly LabPartInfo[];
  readonly kinds: readonly LabKind[];
}

export interface LabRunning {
  readonly id: number;
  readonly what: string;
  readonly part: string;
  readonly values: LabValues;
  readonly sinceMs: number;
  /** When it ends by itself; null: when somebody ends it. */
  readonly untilMs: number | null;
}

export interface LabPlanned {
  readonly what: string;
  readonly values: LabValues;
  readonly forS?: number;
  readonly everyS?: number;
  /** When it happens next; null: not any more. */
  readonly nextMs: number | null;
}

export interface LabEventInfo {
  readonly number: number;
  readonly atMs: number;
  readonly kind: 'began' | 'ended' | 'was' | 'failed';
  readonly by: 'person' | 'schedule' | 'itself' | 'end';
  readonly what: string;
  readonly part?: string;
  readonly values?: LabValues;
  readonly text?: string;
}

export interface LabFigure {
  readonly name: string;
  readonly value: number | string;
}

export interface LabState {
  readonly nowMs: number;
  readonly running: readonly LabRunning[];
  readonly planned: readonly LabPlanned[];
  /** What parts count or show, by the part's id. */
  readonly figures: Readonly<Record<string, readonly LabFigure[]>>;
  readonly events: readonly LabEventInfo[];
}

export interface BeginRequest {
  readonly what: string;
  /** Absent: the part that it can happen to, where there is one alone. */
  readonly part?: string;
  /** Absent: until somebody ends it. */
  readonly forS?: number;
  readonly values?: LabValues;
}

export interface BeginAnswer {
  /** Null: it was over at once. */
  readonly running: LabRunning | null;
}

/** One by its number; or all of a name, of a part, or all there are. */
export interface EndRequest {
  readonly id?: number;
  readonly what?: string;
  readonly part?: string;
}

export interface EndAnswer {
  readonly ended: number;
}

export interface LabRefusal {
  /** `refused`: the request is not one that may be made or has a mistake. `failed`: it could not be done. */
  readonly error: 'forbidden' | 'notFound' | 'refused' | 'failed';
  readonly message: string;
}
