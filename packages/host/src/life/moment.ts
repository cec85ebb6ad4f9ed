/** A point in time, in milliseconds from a start that all points of a guest's life have in common. */
export interface Moment {
  /** Time that has passed. What is told to people is measured in it. */
  readonly passed: number;
  /** Of that, the time in which the coordinator was able to look. Limits count it alone. */
  readonly watched: number;
}
