import { css } from 'lit';

/** Frames of a trace: a line each where there is room, else the bytes below. */
export const traceStyles = css`
  section {
    display: grid;
    gap: 0.75rem;
  }
  select {
    width: auto;
  }
  .blank {
    padding: 1.5rem 0;
    text-align: center;
  }
  .frames {
    height: 24rem;
    overflow: auto;
    border: 1px solid var(--jg-border);
    border-radius: var(--jg-radius-small);
    background: var(--jg-sunken);
    font-size: 0.875rem;
  }
  .frames li {
    display: grid;
    grid-template-columns: 5rem 5.5rem minmax(14rem, 1fr) minmax(0, 1.6fr);
    gap: 0 0.75rem;
    padding: 0.3125rem 0.75rem;
    border-bottom: 1px solid var(--jg-border);
  }
  .since {
    text-align: right;
    color: var(--jg-muted);
  }
  .is {
    font-weight: 550;
  }
  .answer .is,
  .telegram .is {
    color: var(--jg-well);
  }
  .request .is,
  .echo .is {
    color: var(--jg-accent);
  }
  :is(.exception, .late, .foreign) .is {
    color: var(--jg-warn);
  }
  :is(.noise, .damaged) .is {
    color: var(--jg-bad);
  }
  .hex {
    color: var(--jg-muted);
    font-size: 0.8125rem;
  }
  .hex summary {
    cursor: pointer;
  }
  .hex i {
    font-style: normal;
    font-family: var(--jg-font);
  }
  .values {
    grid-column: 3 / -1;
    padding-top: 0.25rem;
  }
  .values ul {
    display: flex;
    flex-wrap: wrap;
    gap: 0.125rem 1.25rem;
  }
  .frames .values li {
    display: block;
    padding: 0;
    border: 0;
  }
  .values li span {
    color: var(--jg-muted);
  }
  .values strong {
    font-weight: 550;
  }
  .values summary {
    cursor: pointer;
    color: var(--jg-accent);
    font-size: 0.8125rem;
  }
  @media (max-width: 60rem) {
    .values {
      grid-column: 1 / -1;
    }
    .frames li {
      grid-template-columns: auto auto minmax(0, 1fr);
    }
    .hex {
      grid-column: 1 / -1;
    }
  }
  @media (max-width: 40rem) {
    .meaning {
      grid-column: 1 / -1;
    }
  }
`;
