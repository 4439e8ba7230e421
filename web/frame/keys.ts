import type { View } from '../address.ts';

/** Calendar units that a key chooses. */
export type KeyPeriod = 'hour' | 'day' | 'week' | 'month' | 'year';

/**
 * What a key asks of the view that is shown. `step` is to the time before (-1) or after (1), `reset` to what the view
 * shows when it is opened, `refresh` to ask the host again.
 */
export type ViewCommand =
  | { readonly is: 'period'; readonly period: KeyPeriod }
  | { readonly is: 'step'; readonly by: -1 | 1 }
  | { readonly is: 'reset' }
  | { readonly is: 'refresh' };

/** What a key does: something of the view, or of the page around it. */
export type KeyCommand =
  | ViewCommand
  | { readonly is: 'list' }
  | { readonly is: 'go'; readonly view: Exclude<View, 'meter'> };

export interface KeyRow {
  /** As `KeyboardEvent.key` has it, letters small; two with a space between are pressed one after the other. */
  readonly keys: string;
  readonly does: KeyCommand;
}

/** Every key of the page, in the order in which they are listed. */
export const keyTable: readonly KeyRow[] = Object.freeze([
  { keys: '1', does: { is: 'period', period: 'hour' } },
  { keys: '2', does: { is: 'period', period: 'day' } },
  { keys: '3', does: { is: 'period', period: 'week' } },
  { keys: '4', does: { is: 'period', period: 'month' } },
  { keys: '5', does: { is: 'period', period: 'year' } },
  { keys: 'ArrowLeft', does: { is: 'step', by: -1 } },
  { keys: 'ArrowRight', does: { is: 'step', by: 1 } },
  { keys: 'Escape', does: { is: 'reset' } },
  { keys: 'r', does: { is: 'refresh' } },
  { keys: 'g o', does: { is: 'go', view: 'overview' } },
  { keys: 'g h', does: { is: 'go', view: 'history' } },
  { keys: 'g s', does: { is: 'go', view: 'structure' } },
  { keys: 'g l', does: { is: 'go', view: 'ledger' } },
  { keys: 'g g', does: { is: 'go', view: 'gateways' } },
  { keys: 'g a', does: { is: 'go', view: 'alarms' } },
  { keys: 'g d', does: { is: 'go', view: 'data' } },
  { keys: 'g e', does: { is: 'go', view: 'settings' } },
  { keys: '?', does: { is: 'list' } },
] as const satisfies readonly KeyRow[]);

/** The event that brings a command to the view. It does not bubble: the page sends it to the view's own element. */
const keyEvent = 'jg-key';

/**
 * Calls `use` with what keys ask of a view (call it in the view's constructor with `this`). `use` says whether the view
 * did something: only then the browser's own use of the key (scrolling by arrows) is kept off.
 */
export function onViewCommand(view: EventTarget, use: (command: ViewCommand) => boolean): void {
  view.addEventListener(keyEvent, event => {
    if (use((event as CustomEvent<ViewCommand>).detail)) event.preventDefault();
  });
}

/** Gives a command to a view; whether it did something. */
export const sendViewCommand = (view: EventTarget, command: ViewCommand): boolean =>
  !view.dispatchEvent(new CustomEvent(keyEvent, { detail: command, cancelable: true }));
