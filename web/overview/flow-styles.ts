import { css } from 'lit';

export const flowStyles = css`
  svg.picture {
    display: block;
    width: 100%;
    max-width: 46rem;
    margin: 0 auto;
    overflow: visible;
  }
  svg.tall {
    max-width: 26rem;
  }
  text {
    fill: var(--jg-text);
    font-size: 14px;
    text-anchor: middle;
  }
  .name {
    fill: var(--jg-muted);
    font-size: 13px;
  }
  .beside {
    text-anchor: start;
  }
  .power {
    font-weight: 650;
    font-variant-numeric: tabular-nums;
    stroke: var(--jg-surface);
    stroke-width: 5px;
    stroke-linejoin: round;
    paint-order: stroke;
  }
  .house .power {
    font-size: 20px;
    stroke: none;
  }
  .line {
    fill: none;
    stroke: var(--jg-colour);
    stroke-width: 2;
    opacity: 0.45;
  }
  .still .line {
    stroke: var(--jg-border);
    opacity: 1;
  }
  .unknown .line {
    stroke: var(--jg-control);
    stroke-dasharray: 3 6;
    opacity: 1;
  }
  .unknown .power {
    fill: var(--jg-muted);
    font-weight: 500;
  }
  /* Dots: dashes without length and with round ends, which go along the line. */
  .dots {
    fill: none;
    stroke: var(--jg-colour);
    stroke-width: 5;
    stroke-linecap: round;
    stroke-dasharray: 0.1 19.9;
    /* In steps of a pixel: finer ones are not seen, and each is painted. */
    animation: run 1.8s steps(20) infinite;
  }
  .brisk .dots {
    animation-duration: 1.1s;
  }
  .fast .dots {
    animation-duration: 0.65s;
  }
  @keyframes run {
    to {
      stroke-dashoffset: -20;
    }
  }
  .arrow {
    fill: var(--jg-colour);
  }
  .node {
    fill: var(--jg-surface);
    stroke: var(--jg-colour);
    stroke-width: 2.5;
  }
  .unknown .node {
    stroke: var(--jg-control);
    stroke-dasharray: 4 4;
  }
  .icon {
    color: var(--jg-text);
  }
  .house .node {
    stroke: var(--jg-text);
  }
`;
