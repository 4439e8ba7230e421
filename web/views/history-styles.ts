import { css } from 'lit';

export const historyStyles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 1rem;
  }
  section {
    padding: clamp(1rem, 2.5vw, 1.75rem);
    min-height: 24rem;
  }
  .head {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 0.5rem 1rem;
  }
  .head h2 {
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.625rem;
  }
  .head h2 span {
    font-weight: 400;
  }
  .blank {
    display: grid;
    place-items: center;
    min-height: 20rem;
  }
  jg-readings-table {
    margin-top: 0.75rem;
  }
  .stage {
    position: relative;
    margin-top: 0.5rem;
  }
  .over {
    position: absolute;
    inset: 0 0 2rem 4.5rem;
    display: grid;
    place-items: center;
    pointer-events: none;
  }
  .why {
    margin-top: 0.25rem;
  }
  jg-energy-panel {
    margin-top: 1.75rem;
  }
  @media (max-width: 40rem) {
    .head button span {
      position: absolute;
      clip-path: inset(50%);
      width: 1px;
      height: 1px;
      overflow: hidden;
    }
  }
`;
