import { css } from 'lit';

/** Rows of alarms, rules and channels: a calm list in which what is grave stands out by an edge. */
export const alarmStyles = css`
  .rows {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0.75rem;
  }
  .stack {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 1.25rem;
  }
  article {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0.375rem;
    padding: 0.875rem clamp(0.875rem, 2.5vw, 1.25rem);
    overflow-wrap: anywhere;
  }
  .top {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.25rem 0.75rem;
  }
  .top :is(h2, h3) {
    font-size: 1rem;
    margin-right: auto;
  }
  .row {
    margin-top: 0.25rem;
  }
  .box {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0.75rem;
    padding: 0.75rem 1rem;
    margin-top: 0.5rem;
    border-radius: var(--jg-radius-small);
    background: var(--jg-sunken);
  }
  .sentence {
    max-width: 60rem;
  }
  h2.day {
    margin-top: 0.75rem;
    font-size: 0.9375rem;
    color: var(--jg-muted);
  }
  .comment {
    padding: 0.375rem 0;
    border-top: 1px solid var(--jg-border);
    white-space: pre-line;
  }
  .status {
    display: contents;
  }
  .grows {
    flex: 1 1 14rem;
  }
  .wide {
    justify-self: start;
  }
`;
