module seq

go 1.19
