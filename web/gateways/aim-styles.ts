import { css } from 'lit';

/** Large: it is read at arm's length, in a dark cabinet. */
export const aimStyles = css`
  section {
    display: grid;
    gap: 1.25rem;
    --tone: var(--jg-idle);
    --tint: var(--jg-idle-tint);
  }
  .good {
    --tone: var(--jg-well);
    --tint: var(--jg-well-tint);
  }
  .almost,
  .pin,
  .turn {
    --tone: var(--jg-warn);
    --tint: var(--jg-warn-tint);
  }
  .dark {
    --tone: var(--jg-bad);
    --tint: var(--jg-bad-tint);
  }
  .verdict {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    align-items: center;
    gap: 0.5rem 1.25rem;
    min-height: 8.5rem;
    padding: 1.25rem;
    border-radius: var(--jg-radius);
    background: var(--tint);
    color: var(--tone);
  }
  .verdict h2 {
    font-size: clamp(1.5rem, 6vw, 2.25rem);
    line-height: 1.15;
  }
  .verdict p {
    color: var(--jg-text);
    max-width: 40rem;
  }
  .light {
    display: grid;
    gap: 0.5rem;
  }
  .rate strong {
    font-size: clamp(2.5rem, 12vw, 3.5rem);
    font-weight: 650;
    line-height: 1;
    letter-spacing: -0.02em;
  }
  .bar {
    display: block;
    width: 100%;
    height: 1.25rem;
    border-radius: 0.625rem;
    background: var(--jg-idle-tint);
  }
  .bar rect {
    fill: var(--tone);
    transition: width 300ms;
  }
  dl {
    display: grid;
    grid-template-columns: repeat(3, minmax(0, 1fr));
    gap: 0.75rem;
  }
  dl div {
    display: grid;
    align-content: space-between;
    padding: 0.75rem clamp(0.5rem, 2.5vw, 1rem);
    border-radius: var(--jg-radius-small);
    background: var(--jg-sunken);
  }
  dt {
    font-size: 0.8125rem;
    color: var(--jg-muted);
    overflow-wrap: break-word;
  }
  dd {
    font-size: 1.75rem;
    font-weight: 600;
    line-height: 1.2;
  }
  button {
    min-height: 3rem;
  }
  /* A name in a line with its number: three words beside each other would be cut. */
  @media (max-width: 30rem) {
    .verdict {
      gap: 0.5rem 0.875rem;
      padding: 1rem;
    }
    dl {
      grid-template-columns: minmax(0, 1fr);
      gap: 0.5rem;
    }
    dl div {
      grid-template-columns: minmax(0, 1fr) auto;
      align-items: center;
      padding: 0.375rem 0.75rem;
    }
    dt {
      font-size: 0.9375rem;
    }
  }
`;
