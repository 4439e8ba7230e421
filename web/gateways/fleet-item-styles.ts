import { css } from 'lit';

/** A gateway in the list of all: who it is, its facts, its meters beside each other where there is room. */
export const fleetItemStyles = css`
  article {
    position: relative;
    display: grid;
    grid-template-columns: minmax(12rem, 1.2fr) minmax(0, 2fr) minmax(0, 2fr);
    gap: 1rem 2rem;
    padding: 1.25rem 1.5rem;
  }
  article.brief {
    padding-block: 0.75rem;
  }
  article:hover {
    border-color: var(--jg-accent);
  }
  h2 {
    font-size: 1.0625rem;
  }
  h2 a {
    color: inherit;
    text-decoration: none;
  }
  /* The whole card leads to the gateway. */
  h2 a::after {
    content: '';
    position: absolute;
    inset: 0;
    border-radius: var(--jg-radius);
  }
  .who,
  .meters {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0.375rem;
    align-content: start;
  }
  .who {
    justify-items: start;
  }
  dl.facts {
    gap: 0.25rem 1rem;
    align-content: start;
  }
  dl,
  .meters {
    font-size: 0.9375rem;
  }
  h2,
  .meters span {
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .meters li {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 0.125rem 0.75rem;
  }
  .fill {
    white-space: nowrap;
  }
  meter {
    width: 4rem;
    height: 0.5rem;
    vertical-align: middle;
    border: 0;
    border-radius: 0.25rem;
    background: var(--jg-idle-tint);
    accent-color: var(--jg-accent);
  }
  meter::-webkit-meter-bar {
    border: 0;
    border-radius: 0.25rem;
    height: 0.5rem;
    background: var(--jg-idle-tint);
  }
  meter::-webkit-meter-optimum-value {
    border-radius: 0.25rem;
    background: var(--jg-accent);
  }
  meter::-moz-meter-bar {
    border-radius: 0.25rem;
    background: var(--jg-accent);
  }
  meter:is(.warn, .bad)::-webkit-meter-optimum-value {
    background: var(--jg-warn);
  }
  meter:is(.warn, .bad)::-moz-meter-bar {
    background: var(--jg-warn);
  }
  @media (max-width: 56rem) {
    article {
      grid-template-columns: minmax(0, 1fr);
    }
    article.brief {
      gap: 0.5rem;
    }
  }
`;
