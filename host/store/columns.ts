import { deepFreeze } from '#core/freeze.ts';

/** How many bytes a cell takes; `i64` is a whole number of up to 53 bits, written as two halves. */
export type CellType = 'u8' | 'u16' | 'u32' | 'i64';

const widths = { u8: 1, u16: 2, u32: 4, i64: 8 } as const satisfies Record<CellType, number>;
const sqlTypes = { u8: 'UTINYINT', u16: 'USMALLINT', u32: 'UINTEGER', i64: 'BIGINT' } as const;

/** Columns of a table by name, widest first, so that each begins at a multiple of its width. */
export type Layout = Readonly<Record<string, CellType>>;

/** The tables of raw windows; a generation has one of each. Values are whole numbers of the quantity's last decimal. */
export const layouts = deepFreeze({
  /** min = low × step, mean = min + mean, max = min + high × step, last = min + last × step */
  gauge: {
    low: 'i64',
    mean: 'i64',
    high: 'i64',
    last: 'i64',
    series: 'u32',
    startS: 'u32',
    samples: 'u32',
    step: 'u32',
    windowS: 'u16',
  },
  /** The reading at the window's end is last × step. */
  counter: { last: 'i64', series: 'u32', startS: 'u32', samples: 'u32', step: 'u32', windowS: 'u16' },
  /** One row a record. lateS: arrival after the window's end. isWhole 0: no value came. isBackdated: see ClockQuality; 2: imported. */
  span: { meter: 'u32', startS: 'u32', lateS: 'u32', windowS: 'u16', isWhole: 'u8', isBackdated: 'u8' },
  /** One row a window and reason. isWhole: the window has no value at all. reason 255: the gateway gave none. */
  missing: { meter: 'u32', startS: 'u32', samples: 'u32', windowS: 'u16', reason: 'u8', isWhole: 'u8' },
} as const satisfies Record<string, Layout>);

export type TableName = keyof typeof layouts;
export const tableNames = Object.keys(layouts) as readonly TableName[];

/**
 * Columns of a table that takes rows as they arrive. Naming the compression spares a checkpoint the trial of all there
 * are, while commits wait for it (measured: half the time).
 */
export const columnsSql = (layout: Layout): string =>
  Object.entries(layout)
    .map(([name, type]) => `${name} ${sqlTypes[type]} NOT NULL USING COMPRESSION bitpacking`)
    .join(', ');

type View = Uint8Array | Uint16Array | Uint32Array | Int32Array;
type ViewOf<T extends CellType> = T extends 'u8'
  ? Uint8Array
  : T extends 'u16'
    ? Uint16Array
    : T extends 'u32'
      ? Uint32Array
      : Int32Array;

/** What of a block goes to another thread: its buffer moves, it is not copied. */
export interface BlockMessage {
  readonly buffer: ArrayBuffer;
  readonly rows: number;
  readonly capacity: number;
}

/** Rows of one table, column by column in one buffer, as DuckDB takes them. */
export class Block<L extends Layout> {
  readonly #layout: L;
  readonly #rowBytes: number;
  #capacity: number;
  #buffer: ArrayBuffer;
  rows = 0;
  /** By column name; an `i64` has two cells a row, low half first. New after `reserve`. */
  views: { readonly [C in keyof L]: ViewOf<L[C]> };

  constructor(layout: L, message: BlockMessage | undefined = undefined) {
    this.#layout = layout;
    this.#rowBytes = Object.values(layout).reduce((sum, type) => sum + widths[type], 0);
    this.#capacity = message?.capacity ?? 1024;
    this.#buffer = message?.buffer ?? new ArrayBuffer(this.#capacity * this.#rowBytes);
    this.rows = message?.rows ?? 0;
    this.views = this.#viewsOf(this.#buffer, this.#capacity);
  }

  /** Makes room for `more` rows behind those there are. */
  reserve(more: number): void {
    if (this.rows + more <= this.#capacity) return;
    let capacity = this.#capacity * 2;
    while (capacity < this.rows + more) capacity *= 2;
    const buffer = new ArrayBuffer(capacity * this.#rowBytes);
    const views = this.#viewsOf(buffer, capacity);
    for (const name of Object.keys(this.#layout)) {
      const [to, from]: [View, View] = [views[name] as View, this.views[name] as View];
      to.set(from.subarray(0, (this.rows * from.length) / this.#capacity));
    }
    [this.#buffer, this.#capacity, this.views] = [buffer, capacity, views];
  }

  get message(): BlockMessage {
    return { buffer: this.#buffer, rows: this.rows, capacity: this.#capacity };
  }

  /** Bytes of each column, in order of the layout: where they begin in the buffer, and how many a row takes. */
  get columns(): { readonly offset: number; readonly width: number }[] {
    let offset = 0;
    return Object.values(this.#layout).map(type => {
      const column = { offset, width: widths[type] };
      offset += widths[type] * this.#capacity;
      return column;
    });
  }

  #viewsOf(buffer: ArrayBuffer, capacity: number): { readonly [C in keyof L]: ViewOf<L[C]> } {
    let offset = 0;
    const views: Record<string, View> = {};
    for (const [name, type] of Object.entries(this.#layout)) {
      views[name] = viewOf(type, buffer, offset, capacity);
      offset += widths[type] * capacity;
    }
    return views as { readonly [C in keyof L]: ViewOf<L[C]> };
  }
}

function viewOf(type: CellType, buffer: ArrayBuffer, offset: number, capacity: number): View {
  switch (type) {
    case 'u8':
      return new Uint8Array(buffer, offset, capacity);
    case 'u16':
      return new Uint16Array(buffer, offset, capacity);
    case 'u32':
      return new Uint32Array(buffer, offset, capacity);
    case 'i64':
      return new Int32Array(buffer, offset, capacity * 2);
  }
}

/** Writes a whole number of up to 53 bits into an `i64` column. */
export function setI64(view: Int32Array, row: number, value: number): void {
  view[row * 2] = value;
  view[row * 2 + 1] = Math.floor(value / 4_294_967_296);
}

export const getI64 = (view: Int32Array, row: number): number =>
  (view[row * 2 + 1] as number) * 4_294_967_296 + ((view[row * 2] as number) >>> 0);
