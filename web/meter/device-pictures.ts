import { css, html, type SVGTemplateResult, svg, type TemplateResult } from 'lit';
import type { DeviceKind } from './device-kind.ts';

/** Lines and grounds of the pictures, in the colours of the page. */
export const deviceStyles = css`
  .device {
    display: block;
    width: 100%;
    height: auto;
  }
  .device .body {
    fill: var(--jg-surface);
    stroke: var(--jg-muted);
    stroke-width: 2;
  }
  .device .part {
    fill: var(--jg-sunken);
    stroke: var(--jg-muted);
    stroke-width: 1.5;
  }
  .device .display {
    fill: var(--jg-accent-tint);
    stroke: var(--jg-accent);
    stroke-width: 1.5;
  }
  .device .line {
    fill: none;
    stroke: var(--jg-muted);
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .device .digit {
    fill: none;
    stroke: var(--jg-accent);
    stroke-width: 2.5;
    stroke-linecap: round;
  }
  .device .light {
    fill: var(--jg-bad);
  }
  .device .hole {
    fill: var(--jg-muted);
  }
`;

const screws = (xs: readonly number[], y: number): SVGTemplateResult[] =>
  xs.map(x => svg`<circle class="hole" cx=${x} cy=${y} r="2.5"></circle>`);

/** A meter on its rail, as wide as its phases need. */
function rail(width: number, terminals: readonly number[]): SVGTemplateResult {
  const left = (120 - width) / 2;
  return svg`<path class="line" d="M4 54h112M4 66h112"></path>
    <rect class="body" x=${left} y="8" width=${width} height="104" rx="4"></rect>
    <rect class="part" x=${left + 4} y="12" width=${width - 8} height="16" rx="2"></rect>
    <rect class="part" x=${left + 4} y="92" width=${width - 8} height="16" rx="2"></rect>
    ${screws(terminals, 20)}${screws(terminals, 100)}
    <rect class="display" x=${left + 6} y="36" width=${width - 12} height="22" rx="2"></rect>
    <path class="digit" d="M${left + 12} 47h${Math.max(width - 34, 8)}"></path>
    <circle class="light" cx=${left + width - 12} cy="72" r="3"></circle>
    <path class="line" d="M${left + 10} 72h${width / 3}M${left + 10} 80h${width / 4}"></path>`;
}

const pictures: Readonly<Record<DeviceKind, () => SVGTemplateResult>> = Object.freeze({
  rail1: () => rail(40, [50, 60, 70]),
  rail3: () => rail(88, [26, 38, 50, 62, 74, 86, 94]),
  smart: () => svg`<rect class="body" x="22" y="6" width="76" height="108" rx="10"></rect>
    <rect class="display" x="32" y="18" width="56" height="26" rx="3"></rect>
    <path class="digit" d="M38 31h30M76 31h6"></path>
    <circle class="part" cx="46" cy="66" r="13"></circle>
    <circle class="light" cx="42" cy="66" r="3"></circle>
    <circle class="hole" cx="51" cy="66" r="3"></circle>
    <path class="line" d="M46 79v8c0 8 26 4 26 14v13"></path>
    <path class="line" d="M70 58h14M70 66h14M70 74h8"></path>`,
  shunt: () => svg`<path class="line" d="M2 60h22M96 60h22"></path>
    <rect class="body" x="24" y="34" width="72" height="52" rx="6"></rect>
    <path class="line" d="M34 60h8l4-9 8 18 8-18 8 18 4-9h12"></path>
    <path class="line" d="M44 86v18M56 86v18M68 86v18M80 86v18"></path>
    <rect class="part" x="48" y="14" width="24" height="14" rx="2"></rect>
    <path class="line" d="M60 28v6"></path>`,
  inverter: () => svg`<rect class="body" x="18" y="10" width="84" height="88" rx="8"></rect>
    <rect class="display" x="30" y="20" width="38" height="18" rx="2"></rect>
    <path class="digit" d="M36 29h18"></path>
    <circle class="light" cx="84" cy="29" r="3"></circle>
    <path class="line" d="M28 62h22M28 70h6m4 0h4m4 0h4M70 68c4-12 9-12 12 0s8 12 12 0M56 84l10-34"></path>
    <path class="line" d="M36 98v16M48 98v16M72 98v16M84 98v16"></path>`,
});

/** A drawing of a device, said in words to screen readers. */
export const devicePicture = (kind: DeviceKind, label: string): TemplateResult =>
  html`<svg class="device" viewBox="0 0 120 120" role="img" aria-label=${label}>${pictures[kind]()}</svg>`;
