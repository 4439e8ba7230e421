import { css } from 'lit';

/** A few choices as boxes beside one another, under a legend. */
export const choiceStyles = css`
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
  .choices label,
  label.check {
    display: inline-flex;
    align-items: center;
    gap: 0.5rem;
    min-height: 2.5rem;
    max-width: 100%;
    font-weight: 400;
    overflow-wrap: anywhere;
    cursor: pointer;
  }
  .choices label {
    padding: 0.375rem 0.75rem;
    border: 1px solid var(--jg-control);
    border-radius: var(--jg-radius-small);
  }
  .choices label:has(:checked) {
    background: var(--jg-accent-tint);
    border-color: var(--jg-accent);
  }
  .choices label:has(:focus-visible) {
    outline: 3px solid var(--jg-accent);
    outline-offset: 2px;
  }
`;
