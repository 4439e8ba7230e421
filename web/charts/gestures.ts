/** What fingers, mouse and wheel do in a chart. Moments are the caller's business: all here is in pixels of the window. */
export interface GestureUse {
  /** The plot itself, without its axes. */
  area(): DOMRect;
  /** A stretch is dragged over; `isDone` once. */
  chose(aX: number, bX: number, isDone: boolean): void;
  /** It ended without a choice, as where the page is scrolled instead. */
  gaveUp(): void;
  /** The picture is dragged so far from where it was. */
  moved(byX: number, isDone: boolean): void;
  /** The picture is to show `factor` of its length around a place, from where it was. */
  scaled(factor: number, aroundX: number, isDone: boolean): void;
  clicked(x: number): void;
  doubleClicked(): void;
  /** A finger reads values, as the mouse does by hovering. */
  read(x: number, y: number): void;
}

/** A shorter drag is a click that slipped. */
const shortestDragPx = 6;
const doubleWithinMs = 350;
const doubleWithinPx = 24;
const wheelRestMs = 220;

type Doing = 'nothing' | 'undecided' | 'choosing' | 'moving' | 'scaling';

interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Mouse: drag chooses; with shift, or on the axis, it moves the picture; ctrl and wheel scale it. Touch: a drag to the
 * side chooses (up and down the browser scrolls the page), two fingers scale, two taps are a double click.
 */
export class Gestures {
  readonly #root: HTMLElement;
  readonly #use: GestureUse;
  readonly #pointers = new Map<number, Point>();
  #doing: Doing = 'nothing';
  #start: Point & { readonly isMove: boolean } = { x: 0, y: 0, isMove: false };
  #pinch = { distance: 1, aroundX: 0 };
  #factor = 1;
  /** How far it was dragged when it was last seen: an event of a gesture that is broken off has no place. */
  #byX = 0;
  #lastClick = { atMs: Number.NEGATIVE_INFINITY, x: 0, y: 0 };
  #wheelFactor = 1;
  #wheelRest: ReturnType<typeof setTimeout> | undefined;

  constructor(root: HTMLElement, use: GestureUse) {
    this.#root = root;
    this.#use = use;
    root.addEventListener('pointerdown', event => this.#down(event));
    root.addEventListener('pointermove', event => this.#move(event));
    root.addEventListener('pointerup', event => this.#up(event));
    root.addEventListener('pointercancel', event => this.#cancel(event));
    // With shift the browser would choose text up to here, and drag that away with the next move.
    root.addEventListener('mousedown', event => event.shiftKey && event.preventDefault());
    root.addEventListener('dragstart', event => event.preventDefault());
    root.addEventListener('wheel', event => this.#wheel(event), { passive: false });
  }

  /** The element goes away: nothing is told any more. */
  end(): void {
    clearTimeout(this.#wheelRest);
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (this.#pointers.size === 2) {
      this.#beginPinch();
      return;
    }
    if (this.#pointers.size > 2) return;
    const { left, right, bottom } = this.#use.area();
    const isOnAxis = event.clientY > bottom;
    if (event.clientX < left || event.clientX > right) return;
    this.#start = { x: event.clientX, y: event.clientY, isMove: event.shiftKey || isOnAxis };
    this.#doing = 'undecided';
    if (event.pointerType === 'touch') this.#use.read(event.clientX, event.clientY);
  }

  #beginPinch(): void {
    if (this.#doing === 'choosing') this.#use.gaveUp();
    const [one, other] = [...this.#pointers.values()];
    if (one === undefined || other === undefined) return;
    this.#pinch = { distance: Math.max(20, Math.abs(one.x - other.x)), aroundX: (one.x + other.x) / 2 };
    this.#factor = 1;
    this.#doing = 'scaling';
  }

  #move(event: PointerEvent): void {
    if (!this.#pointers.has(event.pointerId)) return;
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    const byX = event.clientX - this.#start.x;
    this.#byX = byX;
    if (this.#doing === 'undecided' && Math.abs(byX) >= shortestDragPx) {
      this.#doing = this.#start.isMove ? 'moving' : 'choosing';
      this.#root.setPointerCapture(event.pointerId);
    }
    if (this.#doing === 'choosing') {
      this.#use.chose(this.#start.x, event.clientX, false);
      this.#use.read(event.clientX, event.clientY);
    } else if (this.#doing === 'moving') this.#use.moved(byX, false);
    else if (this.#doing === 'scaling') {
      const [one, other] = [...this.#pointers.values()];
      if (one === undefined || other === undefined) return;
      this.#factor = this.#pinch.distance / Math.max(20, Math.abs(one.x - other.x));
      this.#use.scaled(this.#factor, this.#pinch.aroundX, false);
    }
  }

  #up(event: PointerEvent): void {
    if (!this.#pointers.delete(event.pointerId)) return;
    const doing = this.#doing;
    this.#doing = 'nothing';
    switch (doing) {
      case 'undecided':
        this.#click(event);
        break;
      case 'choosing':
        this.#use.chose(this.#start.x, event.clientX, true);
        break;
      case 'moving':
        this.#use.moved(event.clientX - this.#start.x, true);
        break;
      case 'scaling':
        this.#use.scaled(this.#factor, this.#pinch.aroundX, true);
        break;
      case 'nothing':
    }
  }

  #click({ clientX: x, clientY: y, timeStamp: atMs }: PointerEvent): void {
    const last = this.#lastClick;
    const isSecond = atMs - last.atMs < doubleWithinMs && Math.hypot(x - last.x, y - last.y) < doubleWithinPx;
    this.#lastClick = { atMs: isSecond ? Number.NEGATIVE_INFINITY : atMs, x, y };
    if (isSecond) this.#use.doubleClicked();
    else this.#use.clicked(x);
  }

  #cancel(event: PointerEvent): void {
    this.#pointers.delete(event.pointerId);
    if (this.#doing === 'moving') this.#use.moved(this.#byX, true);
    else if (this.#doing === 'scaling') this.#use.scaled(this.#factor, this.#pinch.aroundX, true);
    else if (this.#doing !== 'nothing') this.#use.gaveUp();
    this.#doing = 'nothing';
  }

  #wheel(event: WheelEvent): void {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.#wheelFactor *= Math.exp(Math.max(-100, Math.min(100, event.deltaY)) * 0.004);
    const aroundX = event.clientX;
    this.#use.scaled(this.#wheelFactor, aroundX, false);
    clearTimeout(this.#wheelRest);
    this.#wheelRest = setTimeout(() => {
      this.#use.scaled(this.#wheelFactor, aroundX, true);
      this.#wheelFactor = 1;
    }, wheelRestMs);
  }
}
