import { css } from 'lit';

/** What the laboratory's components share. */
export const labStyles = css`
  .wrongs {
    display: grid;
    gap: 0.5rem;
  }
  .wrong {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.25rem 0.75rem;
    padding: 0.5rem 0.5rem 0.5rem 0.875rem;
    border-radius: var(--jg-radius-small);
    background: var(--jg-warn-tint);
  }
  .wrong .words {
    flex: 1 1 9rem;
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .wrong strong {
    display: block;
    font-weight: 600;
    color: var(--jg-warn);
  }
  .wrong button {
    min-height: 2.25rem;
  }
  .time {
    color: var(--jg-warn);
    font-size: 0.875rem;
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
`;
