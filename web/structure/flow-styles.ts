import { css } from 'lit';

export const flowStyles = css`
  svg.picture {
    display: block;
    width: 100%;
    overflow: visible;
    user-select: none;
  }
  .link {
    fill: none;
    stroke: var(--jg-colour, var(--jg-muted));
    stroke-opacity: 0.32;
    transition: stroke-opacity 120ms;
  }
  .link.open {
    stroke: url(#open);
    stroke-opacity: 1;
  }
  .bar {
    fill: var(--jg-colour, var(--jg-muted));
  }
  .bar.open {
    fill: url(#open);
    stroke: var(--jg-muted);
    stroke-width: 1;
  }
  .bar.over {
    stroke: var(--jg-warn);
    stroke-width: 1.5;
  }
  .place {
    --jg-colour: var(--jg-idle);
  }
  .open-ground {
    fill: var(--jg-sunken);
  }
  .open-line {
    stroke: var(--jg-control);
    stroke-width: 1.25;
    opacity: 0.75;
  }
  text {
    font-size: 0.8125rem;
    fill: var(--jg-text);
    paint-order: stroke;
    stroke: var(--jg-surface);
    stroke-width: 4px;
    stroke-linejoin: round;
  }
  .amount {
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }
  .share {
    fill: var(--jg-muted);
    font-weight: 400;
  }
  a text {
    fill: var(--jg-text);
  }
  a:hover .name {
    text-decoration: underline;
  }
  a:hover .bar {
    stroke: var(--jg-text);
    stroke-width: 1.5;
  }
  a:focus-visible {
    outline: none;
  }
  a:focus-visible .bar {
    stroke: var(--jg-accent);
    stroke-width: 3;
  }
  a:focus-visible .name {
    text-decoration: underline;
  }
`;
