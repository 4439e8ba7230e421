import { css, html, type SVGTemplateResult, svg, type TemplateResult } from 'lit';
import type { Band } from './ledger.ts';

/** What the ledger draws: each kind has a pattern of its own, so that no colour is needed to tell them apart. */
export type Mark = Band['kind'] | 'estimated' | 'idle';

/** Colours of the patterns, for the shadow root that has `markPatterns` in it. */
export const markStyles = css`
  .patterns {
    position: absolute;
    width: 0;
    height: 0;
  }
  .good {
    fill: color-mix(in srgb, var(--jg-well) 62%, var(--jg-surface));
  }
  .bad-ground {
    fill: var(--jg-bad-tint);
  }
  .open-ground {
    fill: var(--jg-surface);
  }
  .idle-ground {
    fill: var(--jg-idle-tint);
  }
  .over-good {
    stroke: var(--jg-surface);
    stroke-width: 2;
  }
  .over-bad {
    stroke: var(--jg-bad);
    stroke-width: 2;
  }
  .dot {
    fill: var(--jg-idle);
  }
  .estimated {
    stroke: var(--jg-warn);
    stroke-width: 3;
    stroke-dasharray: 4 2;
  }
  .mark {
    flex: none;
    width: 1.125rem;
    height: 1.125rem;
    border-radius: 3px;
    display: block;
  }
`;

/** The patterns, once in each shadow root that draws with them. */
export const markPatterns = (): TemplateResult => html`<svg class="patterns" aria-hidden="true">
  <defs>
    <pattern id="late" width="6" height="6" patternUnits="userSpaceOnUse">
      <rect class="good" width="6" height="6"></rect>
      <path class="over-good" d="M-1.5 1.5l3-3M0 6l6-6M4.5 7.5l3-3"></path>
    </pattern>
    <pattern id="lost" width="6" height="6" patternUnits="userSpaceOnUse">
      <rect class="bad-ground" width="6" height="6"></rect>
      <path class="over-bad" d="M-1.5 4.5l3 3M0 0l6 6M4.5-1.5l3 3"></path>
    </pattern>
    <pattern id="pending" width="5" height="5" patternUnits="userSpaceOnUse">
      <rect class="open-ground" width="5" height="5"></rect>
      <circle class="dot" cx="2.5" cy="2.5" r="1"></circle>
    </pattern>
  </defs>
</svg>`;

const fills: Readonly<Record<Band['kind'], string | null>> = Object.freeze({
  received: null,
  late: 'url(#late)',
  lost: 'url(#lost)',
  pending: 'url(#pending)',
});

const percent = (share: number): string => `${(100 * share).toFixed(2)}%`;

/** A part of a drawn day. Presentation by attributes: the page's policy has no inline styles. */
export function bandMark({ kind, from, to }: Band): SVGTemplateResult {
  const [y, height] = [percent(1 - to), percent(to - from)];
  const fill = fills[kind];
  return fill === null
    ? svg`<rect class="good" x="0" y=${y} width="100%" height=${height}></rect>`
    : svg`<rect fill=${fill} x="0" y=${y} width="100%" height=${height}></rect>`;
}

/** At the foot of a day: some of its energy is estimated. */
export const estimatedMark = (): SVGTemplateResult =>
  svg`<line class="open-ground estimated" x1="0" x2="100%" y1="100%" y2="100%" transform="translate(0 -2)"></line>`;

/** A sample of a mark, for a legend. */
export const legendMark = (mark: Mark): TemplateResult => html`<svg class="mark" aria-hidden="true">
  ${
    mark === 'idle' || mark === 'estimated'
      ? svg`<rect class="idle-ground" width="100%" height="100%"></rect>`
      : bandMark({ kind: mark, from: 0, to: 1 })
  }
  ${mark === 'estimated' ? estimatedMark() : ''}
</svg>`;
