import { css } from 'lit';
import { choiceStyles } from '../parts/choice-styles.ts';

/** What the pages of data share: panels one below the other, forms in columns, facts in a row. */
export const dataStyles = [
  choiceStyles,
  css`
    section,
    .stack {
      display: grid;
      gap: 1rem;
    }
    :host {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 1.5rem;
    }
    .panel {
      padding: 1.25rem;
      display: grid;
      gap: 1rem;
      min-width: 0;
    }
    .head {
      display: flex;
      flex-wrap: wrap;
      gap: 0.75rem;
      align-items: center;
      justify-content: space-between;
    }
    .fields {
      display: grid;
      grid-template-columns: repeat(auto-fill, minmax(min(15rem, 100%), 1fr));
      gap: 1rem;
      align-items: start;
    }
    .wide {
      grid-column: 1 / -1;
    }
    .field select {
      width: 100%;
    }
    .row {
      display: flex;
      flex-wrap: wrap;
      gap: 0.5rem;
      align-items: center;
    }
    .intro {
      max-width: 46rem;
    }
    .error {
      color: var(--jg-bad);
    }
    progress {
      width: 100%;
      accent-color: var(--jg-accent);
    }
    .facts {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(min(9rem, 100%), 1fr));
      gap: 0.75rem 1.5rem;
      margin: 0;
    }
    .facts dt {
      color: var(--jg-muted);
      font-size: 0.875rem;
    }
    .facts dd {
      font-size: 1.25rem;
      font-weight: 600;
      font-variant-numeric: tabular-nums;
    }
    .button.primary {
      background: var(--jg-accent);
      border-color: var(--jg-accent);
      color: var(--jg-on-accent);
    }
    .button.primary:hover {
      background: color-mix(in srgb, var(--jg-accent) 88%, var(--jg-text));
    }
    code {
      font-size: 0.875rem;
      overflow-wrap: anywhere;
    }
  `,
];
