export {
  INDEX_FILE,
  type IndexLine,
  makeLine,
  parseLine,
  readIndex,
} from './read.ts';
export { appendLines, rewriteIndex } from './write.ts';
