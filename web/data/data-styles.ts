import { css } from 'lit';

/** What the pages of data share: panels one below the other, forms in columns, facts in a row. */
export const dataStyles = css`
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
  fieldset {
    border: 0;
    margin: 0;
    padding: 0;
    min-width: 0;
  }
  legend {
    padding: 0;
    margin-bottom: 0.375rem;
    font-weight: 500;
    font-size: 0.9375rem;
  }
  .choices {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
  }
  .choices label {
    display: inline-flex;
    align-items: center;
    gap: 0.5rem;
    min-height: 2.5rem;
    padding: 0.375rem 0.75rem;
    border: 1px solid var(--jg-control);
    border-radius: var(--jg-radius-small);
    cursor: pointer;
    font-weight: 400;
  }
  .choices label:has(:checked) {
    background: var(--jg-accent-tint);
    border-color: var(--jg-accent);
  }
  .choices label:has(:focus-visible) {
    outline: 3px solid var(--jg-accent);
    outline-offset: 2px;
  }
  input[type='checkbox'],
  input[type='radio'] {
    inline-size: 1.125rem;
    block-size: 1.125rem;
    min-height: 0;
    margin: 0;
    flex: none;
    accent-color: var(--jg-accent);
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
`;
