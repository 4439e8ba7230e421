/** A view is drawn piece by piece as its data comes; so long it is waited for its heading and its height. */
const patienceMs = 1500;
/** A page that is as high as before for so long is drawn. */
const calmMs = 250;

export interface Arrival {
  /** Where the view was scrolled to when one left it, else 0. */
  readonly topPx: number;
  readonly view: () => HTMLElement | null;
  readonly main: () => HTMLElement | null;
  /** No longer where one has gone on meanwhile. */
  readonly isWanted: () => boolean;
}

/**
 * Brings focus to the first heading of a view that was gone to, which a screen reader then reads, and scrolls to where
 * one was. Where a view has no heading in time its frame gets the focus; who scrolls meanwhile is not held.
 */
export async function settle({ topPx, view, main, isWanted }: Arrival): Promise<void> {
  const beganMs = Date.now();
  let isFocused = false;
  let isTaken = false;
  let heightPx = 0;
  let changedMs = beganMs;
  const take = () => {
    isTaken = true;
  };
  for (const type of gestures) addEventListener(type, take, { once: true, passive: true });
  while (isWanted() && Date.now() - beganMs < patienceMs) {
    await new Promise(resolve => requestAnimationFrame(resolve));
    isFocused ||= focusOn(headingOf(view()));
    const { scrollHeight } = document.documentElement;
    if (scrollHeight !== heightPx) changedMs = Date.now();
    heightPx = scrollHeight;
    if (!isTaken) window.scrollTo(0, topPx);
    const isThere = isTaken || Math.abs(window.scrollY - topPx) < 2;
    if (isFocused && isThere && Date.now() - changedMs > calmMs) break;
  }
  for (const type of gestures) removeEventListener(type, take);
  if (isWanted() && !isFocused) focusOn(main());
}

const gestures = Object.freeze(['wheel', 'touchmove', 'pointerdown', 'keydown']);

function focusOn(element: HTMLElement | null): boolean {
  if (element === null) return false;
  element.tabIndex = -1;
  element.focus({ preventScroll: true });
  return true;
}

/** The heading of a view, in it or in a part of it. */
function headingOf(element: Element | null): HTMLElement | null {
  const root = element?.shadowRoot;
  if (root == null) return null;
  const own = root.querySelector<HTMLElement>('h1');
  if (own !== null) return own;
  for (const part of root.querySelectorAll('*')) {
    const found = headingOf(part);
    if (found !== null) return found;
  }
  return null;
}
