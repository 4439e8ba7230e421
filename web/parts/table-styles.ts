import { css } from 'lit';

/** Tables of numbers in a frame of their own that scrolls. */
export const tableStyles = css`
  .frame {
    max-height: 32rem;
    overflow: auto;
    border: 1px solid var(--jg-border);
    border-radius: var(--jg-radius-small);
  }
  table {
    width: 100%;
    border-collapse: collapse;
    font-size: 0.9375rem;
    font-variant-numeric: tabular-nums;
  }
  caption {
    text-align: left;
    padding: 0.625rem 0.875rem;
    font-weight: 500;
  }
  th,
  td {
    padding: 0.375rem 0.875rem;
    text-align: right;
    white-space: nowrap;
  }
  :is(th, td):first-child {
    text-align: left;
  }
  thead th {
    position: sticky;
    top: 0;
    background: var(--jg-sunken);
    font-weight: 600;
  }
  tbody th {
    font-weight: 400;
  }
  tbody tr {
    border-top: 1px solid var(--jg-border);
  }
`;
