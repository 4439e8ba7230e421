import { css } from 'lit';

/** The text beside what the meter says to it. */
export const profileEditorStyles = css`
  :host {
    display: grid;
    gap: 1.5rem;
    min-width: 0;
  }
  .both {
    display: grid;
    grid-template-columns: minmax(0, 3fr) minmax(0, 2fr);
    gap: 1.5rem;
    align-items: start;
  }
  section {
    display: grid;
    gap: 1rem;
  }
  select {
    width: 100%;
    max-width: 22rem;
  }
  p svg {
    vertical-align: -0.2em;
  }
  .next {
    margin-top: 0.75rem;
  }
  .mistakes {
    display: grid;
    gap: 0.25rem;
    max-height: 14rem;
    overflow: auto;
  }
  .mistakes li {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0.25rem 0.5rem;
  }
  .mistakes span {
    overflow-wrap: anywhere;
    min-width: 0;
  }
  .mistakes button {
    min-height: 2rem;
    padding: 0.125rem 0.5rem;
    color: var(--jg-bad);
  }
  .refusal {
    padding: 0.75rem 1rem;
    border-radius: var(--jg-radius-small);
    background: var(--jg-bad-tint);
    color: var(--jg-bad);
    overflow-wrap: anywhere;
  }
  @media (max-width: 64rem) {
    .both {
      grid-template-columns: minmax(0, 1fr);
    }
  }
`;
