package fleet

// CompactCode is for the fuzz test.
var CompactCode = compactCode
