import { css } from 'lit';

export const historyBarStyles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0.875rem;
  }
  .bar,
  .when,
  .moves {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5rem;
  }
  .bar {
    gap: 0.875rem 1rem;
    align-items: end;
  }
  .bar > .field {
    flex: 1 1 12rem;
    max-width: 18rem;
    min-width: 0;
  }
  select {
    width: 100%;
  }
  .when {
    gap: 0.625rem 0.875rem;
  }
  .moves {
    flex-wrap: nowrap;
  }
  .moves button {
    padding-inline: 0.625rem;
  }
  .span {
    font-weight: 600;
    text-align: center;
    min-width: 12rem;
    padding-inline: 0.25rem;
  }
  .segments {
    background: var(--jg-surface);
  }
  .segments button {
    min-height: calc(2.5rem - 2px);
    background: none;
    flex: 1 1 auto;
  }
  :is(.segments button, .free)[aria-pressed='true'] {
    background: var(--jg-accent-tint);
    color: var(--jg-accent);
  }
  .ending {
    width: auto;
  }
  .custom {
    display: flex;
    flex-wrap: wrap;
    gap: 0.75rem 1rem;
    align-items: end;
  }
  .custom .field {
    flex: 0 1 15rem;
  }
  .mistake {
    flex: 1 1 100%;
    color: var(--jg-bad);
  }
  .mistake:empty {
    display: none;
  }
  @media (max-width: 40rem) {
    .bar > .field {
      flex: 1 1 9rem;
      max-width: none;
    }
    /* Names of meters are long. */
    .bar > .field:first-child,
    .moves,
    .segments {
      flex: 1 1 100%;
    }
    .span {
      flex: 1;
      min-width: 0;
      font-size: 0.9375rem;
      line-height: 1.25;
    }
    .segments button {
      padding-inline: 0.25rem;
      font-size: 0.9375rem;
    }
    .ending {
      flex: 1 1 8rem;
    }
  }
`;
