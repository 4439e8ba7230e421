import { css, html, svg, type TemplateResult } from 'lit';
import { JgElement } from '../jg-element.ts';
import { basics } from '../styles.ts';

const seconds = 60;
const heightUnits = 40;

/** Bytes per second of the last minute as bars, so that one sees whether a turn was for the better. */
export class JgAimCourse extends JgElement {
  static override properties = {
    course: { attribute: false },
    most: { attribute: false },
    label: { attribute: false },
  };
  static override styles = [
    basics,
    css`
      svg {
        display: block;
        width: 100%;
        height: 3rem;
      }
      rect {
        fill: var(--jg-accent);
        opacity: 0.75;
      }
      line {
        stroke: var(--jg-border);
      }
    `,
  ];

  declare course: readonly number[];
  declare most: number;
  declare label: string;

  protected override render(): TemplateResult {
    const top = Math.max(1, this.most / 4, ...this.course);
    const first = seconds - this.course.length;
    return html`<svg role="img" aria-label=${this.label} viewBox="0 0 ${seconds} ${heightUnits}" preserveAspectRatio="none">
      <line x1="0" x2=${seconds} y1=${heightUnits} y2=${heightUnits} vector-effect="non-scaling-stroke"></line>
      ${this.course.map((value, index) => {
        const height = (value / top) * heightUnits;
        return svg`<rect x=${first + index + 0.1} y=${heightUnits - height} width="0.8" height=${height}></rect>`;
      })}
    </svg>`;
  }
}

customElements.define('jg-aim-course', JgAimCourse);
