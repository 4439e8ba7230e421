import type { FlowColour } from '../site/meter-colours.ts';

/** Names of colours in tokens.css that charts draw with. */
export type Colour = FlowColour | 'muted' | 'border' | 'surface' | 'bad' | 'accent' | 'idle-tint';

/**
 * The colours of the page as a canvas takes them. A custom property holds `light-dark(…)` as it was written; only a
 * real property of a real element is resolved, so a hidden element is asked.
 */
export function coloursOf(host: Element, names: readonly Colour[]): Readonly<Record<Colour, string>> {
  const probe = document.createElement('i');
  probe.hidden = true;
  (host.shadowRoot ?? host).append(probe);
  const resolved = {} as Record<Colour, string>;
  for (const name of names) {
    probe.style.color = `var(--jg-${name})`;
    resolved[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return resolved;
}

/** A colour of `coloursOf` that lets through what is behind it. */
export const faded = (colour: string, alpha: number): string =>
  colour.replace(/^rgb\((.*)\)$/, `rgba($1, ${alpha})`);
