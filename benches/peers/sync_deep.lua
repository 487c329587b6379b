local function down(n)
  if n == 0 then return 0 end
  return down(n - 1) + 1
end

return { main = function() return down(999998) end }
