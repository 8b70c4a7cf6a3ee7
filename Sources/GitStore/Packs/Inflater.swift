/// Inflates what zlib deflated, one stream of a pack after the other. Source: RFC 1950.
#if canImport(CLibdeflate)
  typealias Inflater = WholeInflater
#else
  typealias Inflater = StreamInflater
#endif
