export {
  emptyIndex,
  INDEX_FILE,
  type Index,
  type IndexLine,
  makeLine,
  parseLine,
  readIndex,
} from './read.ts';
export { appendLines, rewriteIndex } from './write.ts';
