import { css } from 'lit';

/**
 * A long table of what the lines of a file name. On a phone the cells of a row stand one below the other: what becomes of it is
 * not to be looked for at the side.
 */
export const namedTableStyles = css`
  .frame {
    max-height: 32rem;
    overflow: auto;
  }
  .frame th,
  .frame td {
    text-align: left;
  }
  @media (max-width: 40rem) {
    thead {
      display: none;
    }
    tr {
      display: grid;
      gap: 0.375rem;
      padding-block: 0.5rem;
      border-bottom: 1px solid var(--jg-border);
    }
    .frame th,
    .frame td {
      border: 0;
      padding-block: 0;
      min-width: 0;
      white-space: normal;
    }
  }
`;
